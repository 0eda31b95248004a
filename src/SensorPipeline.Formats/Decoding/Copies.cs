namespace SensorPipeline.Formats.Decoding;

/// <summary>
/// Tells the messages of a topic from the copies that a broker delivers for further filters. Those of one filter are read and the others are
/// copies: of the filter that delivered first, since the broker may have stored messages before it knew of another.
/// </summary>
internal sealed class Copies(int[] filters)
{
    // A filter of which nothing came while another delivered this often delivers no longer.
    private const int Patience = 16;

    private int read;
    private int skipped;

    /// <summary>Whether a message is a copy of one that is read.</summary>
    public bool Holds(in Message message)
    {
        if (message.Subscriptions.Contains(read))
        {
            skipped = 0;
            return false;
        }

        // What belongs to no filter of now was sent for one of before, and nobody else brings it. A stored value says nothing of what comes live.
        int known = message.Subscriptions.IndexOfAny(filters);
        if (known < 0 || (read == 0 && message.Retained))
        {
            return false;
        }

        if (read != 0 && ++skipped <= Patience)
        {
            return true;
        }

        (read, skipped) = (message.Subscriptions[known], 0);
        return false;
    }
}
