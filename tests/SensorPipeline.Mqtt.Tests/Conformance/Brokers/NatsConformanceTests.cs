using System.Diagnostics;
using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Conformance.Brokers;

public sealed class NatsConformanceTests : TransportConformance
{
    private const string Missing = "nats-server is not installed: apt-get install nats-server";
    private static readonly string? Executable = new[] { "/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server" }.FirstOrDefault(File.Exists);

    protected override string? Lacks(BrokerFeature feature) => feature switch
    {
        BrokerFeature.Version5 => "2.9 speaks 3.1.1 only",
        BrokerFeature.EmptyLevels => "a topic with an empty level closes the connection",
        BrokerFeature.RepeatsFirst => "new messages come before those sent again",
        BrokerFeature.DeliversAfterRestart => "in some restarts messages it has acknowledged do not come within a minute",
        BrokerFeature.Qos2 => "QoS 2 is granted as 1 and publishing it closes the connection",
        _ => null,
    };

    protected override async Task<IBrokerUnderTest> StartBrokerAsync(string? password)
    {
        Assert.SkipUnless(Executable is not null, Missing);
        return await BrokerProcess.StartAsync((folder, port) =>
        {
            string authorization = password is null ? "" : $"authorization {{ username: sensors, password: {password} }}";
            string file = Path.Combine(folder, "nats.conf");
            File.WriteAllText(file, $$"""
                server_name: edge
                listen: "127.0.0.1:{{MosquittoBroker.FreePort()}}"
                jetstream { store_dir: "{{folder}}/state", max_memory_store: 64MB, max_file_store: 1GB }
                mqtt { listen: "127.0.0.1:{{port}}", ack_wait: "10s", max_ack_pending: 200 }
                {{authorization}}
                """);
            return new ProcessStartInfo(Executable!, ["-c", file]);
        });
    }
}
