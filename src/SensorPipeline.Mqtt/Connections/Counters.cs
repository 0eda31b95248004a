namespace SensorPipeline.Mqtt.Connections;

/// <summary>What one transport has counted. Added to atomically, once a batch.</summary>
internal sealed class Counters
{
    public long PacketsIn;
    public long BytesIn;
    public long MessagesIn;
    public long Repeated;
    public long Oversized;
    public long ProtocolErrors;
    public long MessagesOut;
    public long OutboxFull;
    public long PublishesRefused;
    public long PublishesPostponed;
    public long UnknownAnswers;
}
