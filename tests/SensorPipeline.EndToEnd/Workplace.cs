using System.Net;
using System.Net.Sockets;

namespace SensorPipeline.EndToEnd;

/// <summary>A temporary folder with a configuration, and a free port for the service's page.</summary>
internal sealed class Workplace : IDisposable
{
    public Workplace(string configuration)
    {
        File.WriteAllText(Path.Combine(Folder, "service.json"), configuration);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sensor-pipeline-").FullName;

    public int HttpPort { get; } = FreePort();

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Arguments that run the service on a broker.</summary>
    public string[] Run(int brokerPort) => ["run", "--config", "service.json", $"--Broker:Port={brokerPort}", $"--Http:Port={HttpPort}"];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
