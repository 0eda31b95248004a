using System.Globalization;
using SensorPipeline.Storage.Tests.Processes;

// The test program is also the process that tests kill.
return args is ["append", var directory, var commits]
    ? AppendingProcess.Run(directory, int.Parse(commits, CultureInfo.InvariantCulture))
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
