namespace SensorPipeline.Formats.Topics;

/// <summary>How MQTT topic filters relate to each other.</summary>
internal static class TopicFilter
{
    /// <summary>Whether <paramref name="wide"/> delivers every topic that <paramref name="narrow"/> delivers.</summary>
    public static bool Covers(string wide, string narrow)
    {
        string[] left = wide.Split('/');
        string[] right = narrow.Split('/');
        if (left[0] is "+" or "#" && right[0].StartsWith('$'))
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] == "#")
            {
                return true;
            }

            bool covered = i < right.Length && right[i] != "#" && (left[i] == "+" || left[i] == right[i]);
            if (!covered)
            {
                return false;
            }
        }

        return left.Length == right.Length;
    }

    /// <summary>Whether some topic is delivered by both.</summary>
    public static bool Overlap(string one, string other)
    {
        string[] left = one.Split('/');
        string[] right = other.Split('/');
        bool hidden = left[0].StartsWith('$') || right[0].StartsWith('$');
        if (hidden && left[0] != right[0])
        {
            return false;
        }

        for (int i = 0; ; i++)
        {
            bool leftEnds = i == left.Length;
            bool rightEnds = i == right.Length;
            if (leftEnds || rightEnds)
            {
                return (leftEnds || left[i] == "#") && (rightEnds || right[i] == "#");
            }

            if (left[i] == "#" || right[i] == "#")
            {
                return true;
            }

            if (left[i] != "+" && right[i] != "+" && left[i] != right[i])
            {
                return false;
            }
        }
    }
}
