using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Tests.Options;

/// <summary>A directory of its own to load configurations in, gone after the test.</summary>
public sealed class ConfigurationDirectory : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("sensor-pipeline-");

    public string Path => directory.FullName;

    public string Write(string name, string content)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public LoadedConfiguration Load(string? file = null, Dictionary<string, string>? variables = null, params KeyValuePair<string, string>[] overrides) =>
        ConfigurationLoader.Load(new ConfigurationRequest
        {
            File = file,
            Variables = variables ?? [],
            Overrides = overrides,
            WorkingDirectory = Path,
            ExecutableDirectory = Path,
        });

    /// <summary>Loads a file that holds <paramref name="section"/>.</summary>
    public LoadedConfiguration LoadSection(string section) => Load(Write("test.json", $$"""{ "SensorPipeline": {{section}} }"""));

    public void Dispose() => directory.Delete(recursive: true);
}
