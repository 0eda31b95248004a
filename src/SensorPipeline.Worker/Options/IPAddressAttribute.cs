using System.ComponentModel.DataAnnotations;
using System.Net;

namespace SensorPipeline.Worker.Options;

/// <summary>The value is an IP address.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IPAddressAttribute() : ValidationAttribute("expected an IP address such as 127.0.0.1 or 0.0.0.0")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string text && IPAddress.TryParse(text, out _);
}
