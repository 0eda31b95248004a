using SensorPipeline.Worker.Commands;

ProcessContext process = ProcessContext.Current();
return await new CommandLine(
    RunCommand.Create(process),
    DemoCommand.Create(process),
    ReplayCommand.Create(process),
    SimulateCommand.Create(process),
    ListenCommand.Create(process),
    DiscoverCommand.Create(process),
    CheckCommand.Create(process),
    InspectCommand.Create(),
    HealthcheckCommand.Create(process)).InvokeAsync(args, Console.Out, Console.Error);
