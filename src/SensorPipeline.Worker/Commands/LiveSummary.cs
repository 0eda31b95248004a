using System.Globalization;
using SensorPipeline.Streams.Results;
using SensorPipeline.Worker.Pipeline;
using SensorPipeline.Worker.Telemetry;

namespace SensorPipeline.Worker.Commands;

/// <summary>What a running service has done so far, on the last line of a terminal.</summary>
internal sealed class LiveSummary(LiveLine line, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Keeps the line true until it is stopped, and takes it away.</summary>
    public async Task FollowAsync(ServiceCounts counts, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        long before = counts.ReadingsAccepted;
        long at = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                double rate = (counts.ReadingsAccepted - before) / clock.GetElapsedTime(at).TotalSeconds;
                before = counts.ReadingsAccepted;
                at = clock.GetTimestamp();
                line.Show(Describe(counts, rate));
            }
        }
        catch (OperationCanceledException)
        {
            line.Clear();
        }
    }

    private static string Describe(ServiceCounts counts, double rate)
    {
        long sensors = Enum.GetValues<SensorCondition>().Sum(counts.Sensors);
        long events = Enum.GetValues<EventKind>().Sum(counts.Events);
        string broker = counts.Connected ? "" : "no broker  ";
        return string.Create(
            CultureInfo.InvariantCulture, $"{broker}{rate:N0} readings/s of {sensors:N0} sensors  {counts.ReadingsAccepted:N0} in all  {counts.Outliers:N0} outliers  {events:N0} events");
    }
}
