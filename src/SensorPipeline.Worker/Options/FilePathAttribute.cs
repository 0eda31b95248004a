namespace SensorPipeline.Worker.Options;

/// <summary>The value is a path. Where a file states it, it is relative to that file; otherwise to the working directory.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute : Attribute
{
    /// <summary>Whether the path must name a readable file.</summary>
    public bool MustExist { get; init; }
}
