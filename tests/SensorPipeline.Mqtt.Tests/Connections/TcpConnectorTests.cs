using System.Net;
using System.Net.Sockets;
using SensorPipeline.Mqtt.Connections;

namespace SensorPipeline.Mqtt.Tests.Connections;

public sealed class TcpConnectorTests : IDisposable
{
    private static readonly IPAddress Dead = IPAddress.Parse("127.0.0.2");

    private readonly TcpListener broker = new(IPAddress.Loopback, 0);

    public TcpConnectorTests() => broker.Start();

    private int Port => ((IPEndPoint)broker.LocalEndpoint).Port;

    public void Dispose() => broker.Dispose();

    [Fact]
    public async Task Every_address_of_a_name_is_tried_and_the_name_is_resolved_anew_each_time()
    {
        var answers = new Queue<IPAddress[]>([[Dead], [Dead, IPAddress.Loopback], [IPAddress.Loopback]]);
        Task<Stream> ConnectAsync() => TcpConnector.ConnectAsync((_, _) => Task.FromResult(answers.Dequeue()), "moving", Port, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        await using (Stream found = await ConnectAsync())
        {
            Assert.True(found.CanWrite);
        }

        await using Stream again = await ConnectAsync();
        Assert.Empty(answers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_nobody_knows_is_a_fault_in_words_and_a_resolver_that_hangs_is_not_waited_for(bool answers)
    {
        MqttClientOptions options = RunningClient.Options(Port) with { Host = "nowhere", ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
        {
            await Task.Delay(answers ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            throw new SocketException((int)SocketError.HostNotFound);
        }

        await using RunningClient client = RunningClient.Start(new MqttClient(
            options, TimeProvider.System, new Random(1), cancel => TcpConnector.ConnectAsync(ResolveAsync, options.Host, options.Port, cancel)));
        MqttFault fault = await client.Receiver.NextFaultAsync();
        Assert.Equal(MqttFaultKind.Unreachable, fault.Kind);
        Assert.Contains("nowhere", fault.Text, StringComparison.Ordinal);
    }
}
