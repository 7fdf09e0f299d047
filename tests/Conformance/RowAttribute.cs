using Xunit.Abstractions;
using Xunit.Sdk;

namespace Conformance.Tests;

/// <summary>The row of the table of official behaviour (<see cref="Rows"/>) that a test holds; a trait: <c>dotnet test --filter row~retry</c>.</summary>
[TraitDiscoverer("Conformance.Tests." + nameof(RowDiscoverer), "Conformance.Tests")]
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RowAttribute(string row) : Attribute, ITraitAttribute
{
    public string Row { get; } = row;
}

public sealed class RowDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        ArgumentNullException.ThrowIfNull(traitAttribute);
        return [new("row", (string)traitAttribute.GetConstructorArguments().Single())];
    }
}
