namespace SensorPipeline.Worker.Options;

/// <summary>The value is shown to nobody: brokers in the cloud often take an access token for the user name.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
