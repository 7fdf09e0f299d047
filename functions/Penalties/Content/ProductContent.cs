using System.Globalization;
using System.Text.Json;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Content;

/// <summary>The data files of this folder, read and checked once at start.</summary>
public sealed class ProductContent
{
    private readonly IReadOnlyDictionary<OutcomeKind, Proof> _claims;
    private readonly IReadOnlyList<MessageTemplate> _templates;

    /// <exception cref="InvalidDataException">A file is missing something or holds what cannot be sent; every problem is named.</exception>
    public ProductContent()
    {
        Holidays = ReadHolidays();
        _claims = Read<Dictionary<OutcomeKind, Proof>>("outcome-claims.json");
        _templates = Read<List<MessageTemplate>>("message-templates.json");

        var problems = Enum.GetValues<OutcomeKind>().Where(kind => !_claims.ContainsKey(kind))
            .Select(kind => $"outcome-claims.json: {kind} is missing; allowed values: {string.Join(", ", Enum.GetNames<Proof>())}.")
            .Concat(new[] { Answer.ScriptText, Answer.WithoutBlock }.Where(answer => _templates.Count(template => template.Answer == answer) != 1)
                .Select(answer => $"message-templates.json: exactly one template for {answer} is required."))
            .Concat(_templates.SelectMany(template => template.Problems()).Select(problem => $"message-templates.json: {problem}"))
            .ToList();
        if (problems.Count > 0)
        {
            throw new InvalidDataException(string.Join("\n", problems));
        }
    }

    public Holidays Holidays { get; }

    public Proof ProofOf(OutcomeKind kind) => _claims[kind];

    /// <param name="name">Name and version, as a reservation keeps them. A version that was once used is never removed from the file.</param>
    public MessageTemplate Template(string name) => _templates.Single(template => template.Name == name);

    public MessageTemplate TemplateFor(Answer answer) => _templates.Single(template => template.Answer == answer);

    private static Holidays ReadHolidays()
    {
        var years = Read<Dictionary<string, Dictionary<string, string>>>("holidays.json");
        return new(
            years.Keys.Select(year => int.Parse(year, CultureInfo.InvariantCulture)).ToHashSet(),
            years.Values.SelectMany(days => days.Keys).Select(day => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToHashSet());
    }

    private static T Read<T>(string file)
    {
        using var stream = typeof(ProductContent).Assembly.GetManifestResourceStream($"Penalties.Content.{file}")
            ?? throw new InvalidDataException($"{file} is not part of the assembly.");
        return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"{file} is empty.");
    }

    private static readonly JsonSerializerOptions Json = new(CaseJson.Options) { PropertyNameCaseInsensitive = true };
}
