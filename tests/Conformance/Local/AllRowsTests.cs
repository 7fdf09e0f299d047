using System.Reflection;

namespace Conformance.Tests.Local;

/// <summary>Nothing of the table is forgotten. Here, because some rows are held by tests of this flavour only.</summary>
public sealed class AllRowsTests
{
    [Fact]
    public void Every_row_is_held_by_a_test_or_says_why_not()
    {
        var held = RowsTests.Tests.SelectMany(static t => t.GetCustomAttributes<RowAttribute>()).Select(static r => r.Row).ToHashSet();

        Assert.Empty(Rows.Held.Except(held));
        Assert.Empty(Rows.NotHeld.Keys.Intersect(Rows.Held));
        Assert.All(Rows.NotHeld.Values, static reason => Assert.NotEmpty(reason));
    }
}
