using System.Globalization;
using SensorPipeline.Storage.Tests.Processes;

// The test program is also the process that tests kill, and the one that measures a disk.
return args switch
{
    ["append", var directory, var commits] => AppendingProcess.Run(directory, int.Parse(commits, CultureInfo.InvariantCulture)),
    ["measure", var directory] => Measurement.Run(directory),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
