using System.ComponentModel.DataAnnotations;
using System.Reflection;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using Xunit;

namespace SensorPipeline.Worker.Tests.Options;

public sealed class OptionTypesTests
{
    private static readonly Type[] Measured = [typeof(int), typeof(long), typeof(double), typeof(TimeSpan)];

    public static TheoryData<Type> Types =>
        [.. typeof(ServiceOptions).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && type.Namespace == typeof(ServiceOptions).Namespace && type.Name.EndsWith("Options", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_number_and_every_time_span_has_a_range_that_holds_its_default(Type type)
    {
        object defaults = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties().Where(property => Measured.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)))
        {
            RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();
            Assert.True(range is not null, $"{type.Name}.{property.Name} has no range");
            Assert.True(range.IsValid(property.GetValue(defaults)), $"the default of {type.Name}.{property.Name} is out of range");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Options_are_immutable_records(Type type)
    {
        Assert.NotNull(type.GetMethod("<Clone>$"));
        Assert.All(type.GetProperties().Where(property => property.SetMethod is not null), property =>
            Assert.Contains(typeof(System.Runtime.CompilerServices.IsExternalInit), property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()));
    }

    [Fact]
    public void The_effective_configuration_loads_to_the_same_options_again()
    {
        using var directory = new ConfigurationDirectory();
        ServiceOptions first = directory.LoadSection("""
            {
              "Instance": "lab", "Sources": [ { "Topic": "a/+", "Channels": [ { "Name": "x", "Path": "/x", "Value": { "ON": 1 }, "Range": [ 0, 1e-7 ] } ] } ],
              "Fusion": [ { "Name": "é", "Members": [ "{room}/+" ], "Step": "00:00:05" } ], "Detection": { "FalseAlarmsPerSensorPerDay": 0.1 }
            }
            """).Options!;
        string written = EffectiveConfiguration.Write(first);

        ServiceOptions second = directory.Load(directory.Write("effective.json", written)).Options!;

        Assert.Equal(written, EffectiveConfiguration.Write(second));
        Assert.Contains("\"é\"", written, StringComparison.Ordinal);
        Assert.Equal(1e-7, second.Sources[0].Channels[0].Range![1]);
    }

    [Fact]
    public void Secrets_are_masked()
    {
        string written = EffectiveConfiguration.Write(new ServiceOptions { Broker = new BrokerOptions { Username = "canary" } });

        Assert.DoesNotContain("canary", written, StringComparison.Ordinal);
        Assert.Contains("\"Username\": \"***\"", written, StringComparison.Ordinal);
    }
}
