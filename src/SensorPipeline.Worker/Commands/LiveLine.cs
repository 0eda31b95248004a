using System.Globalization;

namespace SensorPipeline.Worker.Commands;

/// <summary>
/// The last line of a terminal, written over a few times a second: a bar while there is an end to reach, a summary while there is none. Where
/// the output is a pipe or a file it writes nothing.
/// </summary>
internal sealed class LiveLine(TextWriter output, bool isTerminal, TimeProvider clock)
{
    private const int Cells = 24;
    private const string Erase = "\r\u001b[2K";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly long began = clock.GetTimestamp();
    private long? shownAt;

    /// <summary>Whether something may be shown now; asked before anything is worked out.</summary>
    public bool IsDue => isTerminal && (shownAt is not { } last || clock.GetElapsedTime(last) >= Interval);

    /// <summary>Shows how much of the work is done; share is in [0, 1], or NaN where nobody knows.</summary>
    public void Show(double share, long done, string unit)
    {
        double seconds = clock.GetElapsedTime(began).TotalSeconds;
        string rate = seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{done / seconds:N0}/s") : "";
        Show(double.IsNaN(share)
            ? string.Create(CultureInfo.InvariantCulture, $"{done:N0} {unit}  {rate}")
            : string.Create(CultureInfo.InvariantCulture, $"{Bar(share)} {share,4:P0}  {done:N0} {unit}  {rate}  {Remaining(share, seconds)}"));
    }

    /// <summary>Shows a summary.</summary>
    public void Show(string text)
    {
        shownAt = clock.GetTimestamp();

        // What is logged next overwrites the line from its beginning.
        output.Write(Erase + text + "\r");
        output.Flush();
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (shownAt is not null)
        {
            output.Write(Erase);
            output.Flush();
            shownAt = null;
        }
    }

    private static string Bar(double share)
    {
        int full = (int)(Math.Clamp(share, 0, 1) * Cells);
        return new string('█', full) + new string('░', Cells - full);
    }

    private static string Remaining(double share, double seconds) =>
        share > 0.01 && seconds > 0.5 ? string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromSeconds(Math.Ceiling(seconds * (1 - share) / share)):g} left") : "";
}
