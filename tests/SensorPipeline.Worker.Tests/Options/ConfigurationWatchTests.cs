using SensorPipeline.Worker.Options.Loading;
using Xunit;

namespace SensorPipeline.Worker.Tests.Options;

public sealed class ConfigurationWatchTests : IDisposable
{
    private readonly ConfigurationDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_file_that_stays_as_it_is_has_not_changed()
    {
        var watch = new ConfigurationWatch(directory.Write("service.json", "one"));
        Assert.False(watch.HasChanged());
        directory.Write("service.json", "one");
        Assert.False(watch.HasChanged());
        Assert.False(watch.HasChanged());
    }

    [Fact]
    public void A_change_is_noticed_once_it_has_been_the_same_for_two_looks()
    {
        var watch = new ConfigurationWatch(directory.Write("service.json", "one"));
        directory.Write("service.json", "tw");
        Assert.False(watch.HasChanged());
        directory.Write("service.json", "two");
        Assert.False(watch.HasChanged());
        Assert.True(watch.HasChanged());
        Assert.False(watch.HasChanged());
    }

    [Fact]
    public void An_editor_that_renames_another_file_over_it_is_noticed()
    {
        string file = directory.Write("service.json", "one");
        var watch = new ConfigurationWatch(file);
        File.Move(directory.Write("service.json~", "two"), file, overwrite: true);
        Assert.True(IsNoticed(watch));
    }

    [Fact]
    public void A_link_above_it_that_points_elsewhere_as_Kubernetes_does_it_is_noticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need a privilege on Windows");
        directory.Write("v1/service.json", "one");
        directory.Write("v2/service.json", "two");
        Directory.CreateSymbolicLink(Path.Combine(directory.Path, "..data"), "v1");
        string file = Path.Combine(directory.Path, "service.json");
        File.CreateSymbolicLink(file, "..data/service.json");
        var watch = new ConfigurationWatch(file);
        Directory.CreateSymbolicLink(Path.Combine(directory.Path, "..new"), "v2");
        Directory.Delete(Path.Combine(directory.Path, "..data"));
        Directory.Move(Path.Combine(directory.Path, "..new"), Path.Combine(directory.Path, "..data"));
        Assert.True(IsNoticed(watch));
    }

    [Fact]
    public void A_file_that_is_gone_says_nothing_and_one_that_comes_back_does()
    {
        string file = directory.Write("service.json", "one");
        var watch = new ConfigurationWatch(file);
        File.Delete(file);
        Assert.False(IsNoticed(watch));
        directory.Write("service.json", "two");
        Assert.True(IsNoticed(watch));
    }

    private static bool IsNoticed(ConfigurationWatch watch) => watch.HasChanged() | watch.HasChanged();
}
