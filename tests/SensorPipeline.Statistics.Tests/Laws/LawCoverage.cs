using System.Reflection;
using System.Runtime.CompilerServices;
using SensorPipeline.Statistics.Estimators;
using Xunit;

namespace SensorPipeline.Statistics.Tests.Laws;

public class LawCoverage
{
    [Fact]
    public void Every_capability_of_every_estimator_has_its_laws()
    {
        var laws = new Dictionary<Type, Type>
        {
            [typeof(IEstimator<>)] = typeof(EstimatorLaws<>),
            [typeof(IMergeable<>)] = typeof(MergeableLaws<>),
            [typeof(IForgetful<>)] = typeof(ForgetfulLaws<>),
        };
        Type[] suites = [.. typeof(LawCoverage).Assembly.GetTypes().Where(t => !t.IsAbstract)];
        var wanted = from type in typeof(IEstimator<>).Assembly.GetTypes()
                     where type.IsValueType
                     from capability in type.GetInterfaces()
                     where capability.IsGenericType && laws.ContainsKey(capability.GetGenericTypeDefinition())
                     select laws[capability.GetGenericTypeDefinition()].MakeGenericType(type);
        Type[] suitesWanted = [.. wanted];
        Assert.True(suitesWanted.Length >= 8, "the search for estimators found too few");
        Assert.Empty(suitesWanted.Where(suite => !suites.Any(suite.IsAssignableFrom)).Select(suite => $"{suite.Name} of {suite.GenericTypeArguments[0].Name}"));
    }

    [Fact]
    public void Every_estimator_that_is_a_value_with_parameters_has_its_laws()
    {
        Type[] suites = [.. typeof(LawCoverage).Assembly.GetTypes().Where(t => !t.IsAbstract)];
        Type[] values = [.. Learning().Where(t => t.IsValueType && !t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEstimator<>)))];
        Assert.True(values.Length >= 8, "the search for estimators found too few");
        Assert.Empty(values.Select(t => typeof(ValueLaws<>).MakeGenericType(t)).Where(suite => !suites.Any(suite.IsAssignableFrom)).Select(suite => $"no laws of {suite.GenericTypeArguments[0].Name}"));
    }

    [Fact]
    public void Every_estimator_in_an_object_can_be_restored_and_has_the_laws_of_that()
    {
        Type[] suites = [.. typeof(LawCoverage).Assembly.GetTypes().Where(t => !t.IsAbstract)];
        Type[] objects = [.. Learning().Where(t => !t.IsValueType)];
        Assert.True(objects.Length >= 10, "the search for estimators found too few");
        Assert.Empty(objects.Where(t => !t.IsAssignableTo(typeof(IRestorable))).Select(t => $"{t.Name} has no snapshot"));
        Assert.Empty(objects.Select(t => typeof(RestorableLaws<>).MakeGenericType(t)).Where(suite => !suites.Any(suite.IsAssignableFrom)).Select(suite => $"no laws of {suite.GenericTypeArguments[0].Name}"));
    }

    [Theory]
    [InlineData("Merge", typeof(MergingLaws<>))]
    [InlineData("Retain", typeof(FadingLaws<>))]
    public void Every_estimator_in_an_object_that_merges_or_forgets_has_the_laws_of_that(string capability, Type laws)
    {
        Type[] suites = [.. typeof(LawCoverage).Assembly.GetTypes().Where(t => !t.IsAbstract)];
        Type[] objects = [.. Learning().Where(t => !t.IsValueType && t.GetMethods().Any(m => m.Name == capability))];
        Assert.True(objects.Length >= 2, "the search for estimators found too few");
        Assert.Empty(objects.Select(t => laws.MakeGenericType(t)).Where(suite => !suites.Any(suite.IsAssignableFrom)).Select(suite => $"no laws of {capability} of {suite.GenericTypeArguments[0].Name}"));
    }

    [Fact]
    public void Every_estimator_that_is_a_value_is_its_bytes()
    {
        MethodInfo refers = typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.IsReferenceOrContainsReferences))!;
        Type[] values = [.. Learning().Where(t => t.IsValueType)];
        Assert.True(values.Length >= 10, "the search for estimators found too few");
        Assert.All(values, type => Assert.Equal(false, refers.MakeGenericMethod(type).Invoke(null, null)));
    }

    [Fact]
    public void Every_value_can_be_printed()
    {
        // A record prints all its properties; two that are each other's property would print without end.
        Type[] values = [.. typeof(IEstimator<>).Assembly.GetExportedTypes().Where(t => t.IsValueType && !t.IsEnum)];
        Assert.True(values.Length > 20, "the search for values found too few");
        Assert.All(values, type => Assert.False(string.IsNullOrEmpty(Activator.CreateInstance(type)!.ToString())));
    }

    /// <summary>What has a public way to take in a datum.</summary>
    private static IEnumerable<Type> Learning() =>
        from type in typeof(IEstimator<>).Assembly.GetExportedTypes()
        where !type.IsInterface && type.GetMethods(BindingFlags.Public | BindingFlags.Instance).Any(m => m.Name is "Observe" or "Update")
        select type;
}
