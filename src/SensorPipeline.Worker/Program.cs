using System.CommandLine;
using SensorPipeline.Worker.Commands;

ProcessContext process = ProcessContext.Current();
Command[] commands =
[
    RunCommand.Create(process),
    DemoCommand.Create(process),
    ReplayCommand.Create(process),
    SimulateCommand.Create(process),
    ListenCommand.Create(process),
    DiscoverCommand.Create(process),
    CheckCommand.Create(process),
    InspectCommand.Create(),
    BenchCommand.Create(process),
    HomeAssistantCommand.Create(process),
    HealthcheckCommand.Create(process),
];
return await new CommandLine([.. commands, CompletionCommand.Create(commands)]).InvokeAsync(args, Console.Out, Console.Error);
