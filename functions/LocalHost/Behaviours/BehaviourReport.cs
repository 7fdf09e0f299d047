using System.Runtime.Loader;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LocalHost.Behaviours;

/// <summary>Which of the product's behaviours, <c>behaviours.json</c>, a story shows, and whether it passed.</summary>
/// <param name="Behaviours">In their order, each once for every story that shows it.</param>
public sealed partial record BehaviourReport(IReadOnlyList<BehaviourLine> Behaviours)
{
    private const string Trait = "Behaviour";

    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Every behaviour has a story, and all of them passed.</summary>
    [JsonIgnore]
    public bool Passed => Behaviours.All(line => line.Passed);

    /// <param name="assembly">The compiled stories: a class says by a trait which behaviour it shows.</param>
    /// <param name="results">A result file (trx) of their run.</param>
    public static BehaviourReport Read(string assembly, string results)
    {
        var shown = Shown(assembly);
        var passed = PassedClasses(results);
        return new(
        [
            .. Ids().SelectMany(id => shown[id].DefaultIfEmpty(null)
                .Select(story => new BehaviourLine(
                    id, story is null ? "no story shows it" : story.Name, story is not null && passed.GetValueOrDefault(story.FullName!)))),
        ]);
    }

    /// <summary>Such as "Customer is texted on the third day".</summary>
    public static string Sentence(string story)
    {
        var words = WordStart().Replace(story, " $1").Trim();
        return words[..1] + words[1..].ToLowerInvariant();
    }

    private static IReadOnlyList<string> Ids()
    {
        using var file = typeof(BehaviourReport).Assembly.GetManifestResourceStream("LocalHost.Behaviours.behaviours.json")!;
        return JsonSerializer.Deserialize<IReadOnlyList<string>>(file)!;
    }

    private static ILookup<string, Type?> Shown(string assembly)
    {
        var context = new AssemblyLoadContext("stories", isCollectible: true);
        var folder = Path.GetDirectoryName(assembly)!;
        context.Resolving += (loading, name) =>
            Path.Combine(folder, $"{name.Name}.dll") is var file && File.Exists(file) ? loading.LoadFromAssemblyPath(file) : null;
        return context.LoadFromAssemblyPath(assembly).GetTypes()
            .SelectMany(type => type.GetCustomAttributesData()
                .Where(data => data.AttributeType.Name == "TraitAttribute" && (string?)data.ConstructorArguments[0].Value == Trait)
                .Select(data => (Id: (string)data.ConstructorArguments[1].Value!, Story: (Type?)type)))
            .OrderBy(one => one.Story!.Name, StringComparer.Ordinal)
            .ToLookup(one => one.Id, one => one.Story);
    }

    /// <summary>Class → whether it had tests and all of them passed.</summary>
    private static Dictionary<string, bool> PassedClasses(string results)
    {
        var run = XDocument.Load(results).Root!;
        var classes = run.Descendants(Trx + "UnitTest").ToDictionary(
            test => (string)test.Attribute("id")!, test => (string)test.Element(Trx + "TestMethod")!.Attribute("className")!);
        return run.Descendants(Trx + "UnitTestResult")
            .GroupBy(result => classes[(string)result.Attribute("testId")!])
            .ToDictionary(tests => tests.Key, tests => tests.All(test => (string?)test.Attribute("outcome") == "Passed"));
    }

    [GeneratedRegex("([A-Z])")]
    private static partial Regex WordStart();
}

/// <param name="Id">Such as S1.</param>
/// <param name="Story">Name of the story's file, without its ending.</param>
public sealed record BehaviourLine(string Id, string Story, bool Passed);
