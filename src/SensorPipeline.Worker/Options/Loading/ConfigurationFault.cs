using System.Text;

namespace SensorPipeline.Worker.Options.Loading;

/// <summary>One mistake in the configuration, as one line for the person who made it.</summary>
/// <param name="Path">Key path such as <c>SensorPipeline:Broker:Port</c>; empty where a whole file is at fault.</param>
/// <param name="Origin">Where it was said: file and line, environment variable or command line; empty where it was not said at all.</param>
/// <param name="Message">What is expected.</param>
public readonly record struct ConfigurationFault(string Path, string Origin, string Message)
{
    private const int MaximumLength = 400;

    /// <inheritdoc/>
    public override string ToString()
    {
        string line = (Path, Origin) switch
        {
            ("", _) => $"{Origin}: {Message}",
            (_, "") => $"{Path}: {Message}",
            _ => $"{Path}: {Message} ({Origin})",
        };
        return OneLine(line);
    }

    /// <summary>Text without line breaks and control characters, and not longer than a terminal can bear.</summary>
    internal static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (char character in text.Length > MaximumLength ? string.Concat(text.AsSpan(0, MaximumLength), "…") : text)
        {
            line.Append(char.IsControl(character) ? ' ' : character);
        }

        return line.ToString();
    }
}
