using System.Reflection;

namespace Conformance.Tests;

/// <summary>Every test holds a row of the table, and no class of tests is left out of a run.</summary>
public sealed class RowsTests
{
    private static readonly Type[] All = typeof(ConformanceTests).Assembly.GetTypes();

    private static readonly Type[] Written = [.. All.Where(static t => t.IsAbstract && t.BaseType == typeof(ConformanceTests))];

    internal static readonly MethodInfo[] Tests =
        [.. Written.SelectMany(static t => t.GetMethods()).Where(static m => m.GetCustomAttribute<FactAttribute>() is not null)];

    [Fact]
    public void Every_test_names_rows_of_the_table() => Assert.All(Tests, static test =>
    {
        var rows = test.GetCustomAttributes<RowAttribute>().Select(static r => r.Row).ToList();
        Assert.NotEmpty(rows);
        Assert.Subset(Rows.Held.ToHashSet(), rows.ToHashSet());
    });

    [Fact]
    public void Every_class_of_tests_runs_on_every_backend()
    {
        var backends = All.Where(static t => t.IsClass && t.IsAssignableTo(typeof(IBackend))).ToHashSet();

        Assert.All(Written, written => Assert.Equal(
            backends,
            All.Where(t => t.BaseType == written).Select(static t => t.GetConstructors().Single().GetParameters().Single().ParameterType).ToHashSet()));
    }
}
