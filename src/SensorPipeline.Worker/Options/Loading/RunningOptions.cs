using System.Reflection;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>What a running service can take of an edited configuration, and what has to wait for its next start.</summary>
internal static class RunningOptions
{
    /// <summary>The running options with what can change under way: which messages are readings, how they are judged, and which sensors belong together.</summary>
    public static ServiceOptions Take(ServiceOptions running, ServiceOptions edited) => running with
    {
        Sources = edited.Sources,
        Detection = edited.Detection,
        Fusion = edited.Fusion,
        Mixtures = edited.Mixtures,
        Joint = edited.Joint,
    };

    /// <summary>Key paths of what differs beyond that.</summary>
    public static IReadOnlyList<string> AfterRestart(ServiceOptions running, ServiceOptions edited) =>
        [.. Differences(Take(running, edited), edited, ServiceOptions.Section)];

    private static IEnumerable<string> Differences(object one, object other, string path)
    {
        foreach (PropertyInfo property in OptionProperties.Of(one.GetType()))
        {
            (object? before, object? after) = (property.GetValue(one), property.GetValue(other));
            string key = $"{path}:{property.Name}";
            if (before is not null && after is not null && OptionProperties.IsRecord(property.PropertyType))
            {
                foreach (string difference in Differences(before, after, key))
                {
                    yield return difference;
                }
            }
            else if (!AreEqual(before, after))
            {
                yield return key;
            }
        }
    }

    // The lists that remain hold words.
    private static bool AreEqual(object? before, object? after) =>
        Equals(before, after) || (before is IEnumerable<string> words && after is IEnumerable<string> others && words.SequenceEqual(others));
}
