using System.Diagnostics;

namespace SensorPipeline.Mqtt.Tests.Conformance.Brokers;

public sealed class AedesConformanceTests : TransportConformance
{
    private const string Missing = "aedes is not installed: npm install --global aedes, or name its folder in AEDES";

    // Sessions live in the process' memory, so its connections are cut and it goes on.
    private const string Script = """
        const { Aedes } = await import(process.argv[2] + '/aedes.js');
        const { createServer } = await import('node:net');
        const password = process.argv[4];
        const broker = await Aedes.createBroker({
            authenticate: (client, user, given, done) => {
                const known = !password || (user === 'sensors' && given?.toString() === password);
                done(known ? null : Object.assign(new Error('refused'), { returnCode: 4 }), known);
            },
        });
        const sockets = new Set();
        createServer(socket => {
            sockets.add(socket);
            socket.setNoDelay(true).on('close', () => sockets.delete(socket));
            broker.handle(socket);
        }).listen(Number(process.argv[3]), '127.0.0.1');
        process.on('SIGUSR2', () => sockets.forEach(socket => socket.destroy()));
        """;

    private static readonly string? Package = new[] { Environment.GetEnvironmentVariable("AEDES"), "/usr/lib/node_modules/aedes", "/usr/local/lib/node_modules/aedes" }
        .FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "aedes.js")));

    protected override string? Lacks(BrokerFeature feature) => feature switch
    {
        BrokerFeature.Version5 => "1.2 speaks 3.1.1 only",
        BrokerFeature.EmptyLevels => "+ does not take an empty level",
        BrokerFeature.QueueForSlowSubscribers => "publishers wait for the slowest subscriber",
        BrokerFeature.DuplicateFlag => "messages come again without DUP",
        _ => null,
    };

    protected override async Task<IBrokerUnderTest> StartBrokerAsync(string? password)
    {
        Assert.SkipUnless(Package is not null, Missing);
        return await BrokerProcess.StartAsync(
            (folder, port) =>
            {
                string file = Path.Combine(folder, "broker.mjs");
                File.WriteAllText(file, Script);
                return new ProcessStartInfo("node", [file, Package!, $"{port}", password ?? ""]);
            },
            cut: broker => BrokerProcess.RunAsync("kill", "-USR2", $"{broker.Id}"));
    }
}
