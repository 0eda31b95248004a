using System.Diagnostics;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Conformance.Brokers;

/// <summary>One RabbitMQ for a whole class of tests: it takes too long to start for each.</summary>
public sealed class RabbitBroker : IAsyncLifetime
{
    private const string Tools = "/usr/lib/rabbitmq/bin";
    private readonly string node = $"edge{Environment.ProcessId}@localhost";
    private BrokerProcess? process;

    public static bool IsInstalled => File.Exists($"{Tools}/rabbitmq-server");

    internal IBrokerUnderTest Broker => new Shared(this);

    public async ValueTask InitializeAsync()
    {
        if (IsInstalled)
        {
            process = await BrokerProcess.StartAsync(Describe, cut: _ => ControlAsync("close_all_connections", "cut"));
            await AddUserAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await ControlAsync("stop");
            await process.DisposeAsync();
        }
    }

    private async Task AddUserAsync()
    {
        await ControlAsync("add_user", "sensors", "right");
        await ControlAsync("set_permissions", "sensors", ".*", ".*", ".*");
    }

    private ProcessStartInfo Describe(string folder, int port)
    {
        File.WriteAllText($"{folder}/plugins", "[rabbitmq_mqtt].");
        File.WriteAllText($"{folder}/rabbit.conf", $"""
            mqtt.listeners.tcp.1 = 127.0.0.1:{port}
            mqtt.allow_anonymous = true
            mqtt.default_user = guest
            mqtt.default_pass = guest
            mqtt.prefetch = 65535
            """);
        var start = new ProcessStartInfo($"{Tools}/rabbitmq-server");
        Configure(start);
        start.Environment["RABBITMQ_NODE_PORT"] = $"{MosquittoBroker.FreePort()}";
        start.Environment["RABBITMQ_DIST_PORT"] = $"{MosquittoBroker.FreePort()}";
        start.Environment["RABBITMQ_MNESIA_BASE"] = $"{folder}/state";
        start.Environment["RABBITMQ_LOG_BASE"] = $"{folder}/log";
        start.Environment["RABBITMQ_CONFIG_FILE"] = $"{folder}/rabbit.conf";
        start.Environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{folder}/plugins";
        start.Environment["RABBITMQ_PID_FILE"] = $"{folder}/pid";
        start.Environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} -setcookie edge";
        return start;
    }

    private void Configure(ProcessStartInfo start)
    {
        start.Environment["RABBITMQ_NODENAME"] = node;
        start.Environment["RABBITMQ_CONF_ENV_FILE"] = "/dev/null";
        start.Environment["RABBITMQ_CTL_ERL_ARGS"] = "-setcookie edge";
        start.Environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        start.Environment["HOME"] = Path.GetTempPath();
    }

    private async Task ControlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo($"{Tools}/rabbitmqctl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Configure(start);
        using Process tool = Process.Start(start)!;
        string said = await tool.StandardOutput.ReadToEndAsync() + await tool.StandardError.ReadToEndAsync();
        await tool.WaitForExitAsync();
        Assert.True(tool.ExitCode == 0, said);
    }

    /// <summary>The same broker for the next test: it is not ended with one of them.</summary>
    private sealed class Shared(RabbitBroker owner) : IBrokerUnderTest
    {
        public int Port => owner.process!.Port;

        public Task RestartAsync() => owner.process!.RestartAsync();

        public async Task CrashAsync()
        {
            await owner.ControlAsync("stop_app");
            await owner.ControlAsync("reset");
            await owner.ControlAsync("start_app");

            // A reset forgets users too.
            await owner.AddUserAsync();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
