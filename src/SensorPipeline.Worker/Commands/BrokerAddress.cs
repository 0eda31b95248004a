using System.Globalization;

namespace SensorPipeline.Worker.Commands;

/// <summary>A broker as the command line names it: <c>HOST</c>, <c>HOST:PORT</c> or <c>[ADDRESS]:PORT</c>.</summary>
internal readonly record struct BrokerAddress(string Host, int Port)
{
    private const int DefaultPort = 1883;

    /// <summary>Reads an address; null where it is none.</summary>
    public static BrokerAddress? Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > 0 && colon > text.LastIndexOf(']') && (text[0] == '[' || text.IndexOf(':', StringComparison.Ordinal) == colon);
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = DefaultPort;
        bool isGood = host.Length > 0 && !host.Any(char.IsWhiteSpace) &&
            (!hasPort || (int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535));
        return isGood ? new BrokerAddress(host, port) : null;
    }
}
