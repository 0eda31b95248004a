using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Formats.Records;

/// <summary>A record read from a payload, kept until the whole payload is known to be good. Its name and text stand in a <see cref="RecordList"/>.</summary>
internal record struct Record(int NameStart, int NameLength, int TextStart, int TextLength, double Value, EventTime Time);
