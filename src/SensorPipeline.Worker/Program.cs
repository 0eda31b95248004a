using SensorPipeline.Worker.Commands;

ProcessContext process = ProcessContext.Current();
return await new CommandLine(
    RunCommand.Create(process),
    ReplayCommand.Create(process),
    CheckCommand.Create(process),
    HealthcheckCommand.Create(process)).InvokeAsync(args, Console.Out, Console.Error);
