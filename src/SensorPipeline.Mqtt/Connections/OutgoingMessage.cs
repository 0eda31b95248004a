namespace SensorPipeline.Mqtt.Connections;

/// <summary>A message in the outbox: where its bytes lie, topic, properties and payload in a row, and where it stands.</summary>
internal struct OutgoingMessage
{
    public int Offset;
    public int TopicLength;
    public int PropertyLength;
    public int PayloadLength;
    public ushort PacketId;
    public byte Qos;
    public bool Retain;
    public OutgoingState State;

    public readonly int Length => TopicLength + PropertyLength + PayloadLength;
}
