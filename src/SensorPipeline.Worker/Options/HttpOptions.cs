using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>Web page, health and metrics.</summary>
public sealed record HttpOptions
{
    /// <summary>Address to listen on; <c>0.0.0.0</c> and <c>::</c> are all of the machine's.</summary>
    [IPAddress]
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes any that is free.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8080;

    /// <summary>File that holds the token which everything but health and metrics asks for. Without it the page answers only on loopback.</summary>
    [FilePath(MustExist = true)]
    public string? TokenFile { get; init; }
}
