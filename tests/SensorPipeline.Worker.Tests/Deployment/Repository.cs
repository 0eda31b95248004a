using YamlDotNet.RepresentationModel;

namespace SensorPipeline.Worker.Tests.Deployment;

/// <summary>Files of the repository these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string name) => Path.Combine(Root, name);

    public static string Read(string name) => File.ReadAllText(PathOf(name));

    public static YamlMappingNode ReadYaml(string name)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(PathOf(name));
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SensorPipeline.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("SensorPipeline.sln is in no directory above the tests.");
    }
}
