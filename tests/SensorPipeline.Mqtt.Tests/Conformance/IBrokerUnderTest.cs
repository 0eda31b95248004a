using SensorPipeline.Testing;

namespace SensorPipeline.Mqtt.Tests.Conformance;

/// <summary>A broker the conformance suite can mistreat.</summary>
public interface IBrokerUnderTest : IAsyncDisposable
{
    int Port { get; }

    /// <summary>The connections end; the sessions stay.</summary>
    Task RestartAsync();

    /// <summary>The broker crashes and comes back knowing nothing.</summary>
    Task CrashAsync();
}

internal sealed class DevelopmentBrokerUnderTest(DevelopmentBroker broker) : IBrokerUnderTest
{
    public int Port => broker.Port;

    public Task RestartAsync()
    {
        broker.CutConnections();
        return Task.CompletedTask;
    }

    public Task CrashAsync()
    {
        broker.Forget();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => broker.DisposeAsync();
}

internal sealed class MosquittoUnderTest(MosquittoBroker broker) : IBrokerUnderTest
{
    public int Port => broker.Port;

    public async Task RestartAsync()
    {
        await broker.StopAsync();
        await broker.StartAgainAsync();
    }

    public async Task CrashAsync()
    {
        await broker.KillAsync();
        await broker.StartAgainAsync();
    }

    public ValueTask DisposeAsync() => broker.DisposeAsync();
}
