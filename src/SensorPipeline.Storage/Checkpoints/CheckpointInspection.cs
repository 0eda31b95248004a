using SensorPipeline.Storage.Disks;

namespace SensorPipeline.Storage.Checkpoints;

/// <summary>Looks at checkpoints without changing anything, so also at those of a service that runs.</summary>
public static class CheckpointInspection
{
    /// <summary>Reads every checkpoint, newest first. One that a running service removes meanwhile is left out.</summary>
    public static IReadOnlyList<CheckpointReport> Inspect(IDisk disk)
    {
        var reports = new List<CheckpointReport>();
        foreach (long generation in CheckpointFormat.Generations(disk))
        {
            string name = CheckpointFormat.Name(generation);
            try
            {
                string? fault = CheckpointFile.Read(disk, name, generation, out Checkpoint? checkpoint, out _);
                reports.Add(new CheckpointReport(disk.PathOf(name), generation, checkpoint, fault));
            }
            catch (FileNotFoundException)
            {
            }
        }

        return reports;
    }
}
