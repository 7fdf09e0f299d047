using System.Text.Json;
using Penalties.Outside.Sms;

namespace Penalties.Content;

/// <summary>The data files of this folder, read and checked once at start.</summary>
public sealed class ProductContent
{
    private static readonly JsonSerializerOptions Json = new(CaseJson.Options) { PropertyNameCaseInsensitive = true };

    private readonly IReadOnlyDictionary<OutcomeKind, Claims> _claims;
    private readonly IReadOnlyList<MessageTemplate> _templates;

    /// <exception cref="InvalidDataException">A file is missing something or holds what cannot be sent; every problem is named.</exception>
    public ProductContent(IOptions<HolidayOptions> holidays)
    {
        Holidays = ReadHolidays(holidays.Value);
        Ladder = Read<List<LadderStep>>("driver-ladder.json");
        Guidance = Read<List<Guidance>>("guidance.json");
        _claims = Read<Dictionary<OutcomeKind, Claims>>("outcome-claims.json");
        _templates = Read<List<MessageTemplate>>("message-templates.json");

        var problems = ClaimProblems().Concat(TemplateProblems()).Concat(GuidanceProblems()).Concat(LadderProblems())
            .Concat(SmsStatusCodes.Problems()).ToList();
        if (problems.Count > 0)
        {
            throw new InvalidDataException(string.Join("\n", problems));
        }
    }

    public Holidays Holidays { get; }

    /// <summary>The ladder suggestions are taken from where no setting names another.</summary>
    public IReadOnlyList<LadderStep> Ladder { get; }

    public IReadOnlyList<Guidance> Guidance { get; }

    public Claims ClaimsOf(OutcomeKind kind) => _claims[kind];

    /// <param name="name">Name and version, as a reservation keeps them. A version that was once used is never removed from the file.</param>
    public MessageTemplate Template(string name) => _templates.Single(template => template.Name == name);

    /// <summary>The newest version of the template for an answer.</summary>
    public MessageTemplate TemplateFor(Answer answer) => _templates.Where(template => template.Answer == answer).MaxBy(template => template.Version)!;

    /// <summary>The newest version of the guidance for a situation.</summary>
    public Guidance GuidanceFor(string situation, int stage = 0) =>
        Guidance.Where(one => one.Situation == situation && one.Stage == stage).MaxBy(one => one.Version)!;

    /// <summary>The newest version of each guidance that holds in a channel.</summary>
    /// <param name="channel">phone or chat; null: every one.</param>
    public IEnumerable<Guidance> GuidanceIn(string? channel) => Guidance
        .Where(one => channel is null || one.Channel is null || one.Channel == channel)
        .GroupBy(one => one.Id)
        .Select(versions => versions.MaxBy(one => one.Version)!);

    private IEnumerable<string> ClaimProblems() =>
    [
        .. Enum.GetValues<OutcomeKind>().Where(kind => !_claims.ContainsKey(kind))
            .Select(kind => $"outcome-claims.json: {kind} is missing; allowed values: {string.Join(", ", Enum.GetNames<Claims>())}."),
        .. _claims.Where(claim => claim.Value.HasFlag(Claims.NeverMatched))
            .Select(claim => $"outcome-claims.json: {claim.Key}: {Claims.NeverMatched} is proved by a confirmed block and by no outcome."),
    ];

    private IEnumerable<string> TemplateProblems()
    {
        var words = Read<Dictionary<Claims, IReadOnlyList<string>>>("claim-words.json");
        return
        [
            .. new[] { Answer.ScriptText, Answer.WithoutBlock }.Where(answer => !_templates.Any(template => template.Answer == answer))
                .Select(answer => $"message-templates.json: a template for {answer} is required."),
            .. _templates.GroupBy(template => template.Name).Where(same => same.Count() > 1)
                .Select(same => $"message-templates.json: {same.Key} stands there {same.Count()} times; a version is never changed."),
            .. _templates.SelectMany(template => template.Problems(words)).Select(problem => $"message-templates.json: {problem}"),
        ];
    }

    private IEnumerable<string> GuidanceProblems()
    {
        var wanted = Enum.GetValues<ReContactSituation>().Select(situation => (Content.Guidance.SituationOf(situation), 0))
            .Concat([(Content.Guidance.Feedback, 1), (Content.Guidance.Feedback, 2), (Content.Guidance.Feedback, 3)])
            .Concat([(Content.Guidance.Compensation, 1), (Content.Guidance.Compensation, 2), (Content.Guidance.CallbackNumber, 0)]);
        return
        [
            .. wanted.Where(one => !Guidance.Any(guidance => guidance.Situation == one.Item1 && guidance.Stage == one.Item2))
                .Select(one => $"guidance.json: a text for situation '{one.Item1}', stage {one.Item2} is required."),
            .. GuidanceRule.Situations.Where(situation => !Guidance.Any(guidance => guidance.Situation == situation))
                .Select(situation => $"guidance.json: a text for situation '{situation}' is required."),
            .. Guidance.Where(guidance => !GuidanceRule.Situations.Contains(guidance.Situation))
                .Select(guidance => $"guidance.json: {guidance.Name} is for situation '{guidance.Situation}'; allowed: {string.Join(", ", GuidanceRule.Situations)}."),
            .. Guidance.Where(guidance => guidance.Channel is { } channel && !Content.Guidance.Channels.Contains(channel))
                .Select(guidance => $"guidance.json: {guidance.Name} is for channel '{guidance.Channel}'; allowed: {string.Join(", ", Content.Guidance.Channels)}, or none."),
            .. Guidance.GroupBy(guidance => guidance.Name).Where(same => same.Count() > 1)
                .Select(same => $"guidance.json: {same.Key} stands there {same.Count()} times; a version is never changed."),
        ];
    }

    private IEnumerable<string> LadderProblems() => LadderRules.Problems("driver-ladder.json", Ladder);

    private static Holidays ReadHolidays(HolidayOptions settings)
    {
        var years = Read<Dictionary<string, Dictionary<string, string>>>("holidays.json");
        var days = years.Values.SelectMany(days => days.Keys).Select(day => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToHashSet();
        days.UnionWith(settings.Add);
        days.ExceptWith(settings.Remove);
        return new(years.Keys.Select(year => int.Parse(year, CultureInfo.InvariantCulture)).Concat(settings.Years).ToHashSet(), days);
    }

    /// <summary>One of this folder's files, as the build embedded it.</summary>
    internal static T Read<T>(string file)
    {
        using var stream = typeof(ProductContent).Assembly.GetManifestResourceStream($"Penalties.Content.{file}")
            ?? throw new InvalidDataException($"{file} is not part of the assembly.");
        return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"{file} is empty.");
    }
}

/// <summary>What a suggestion ladder has to be like, whether it comes from the data file or from settings.</summary>
internal static class LadderRules
{
    private static IEnumerable<OutcomeKind> Suggested => Enum.GetValues<OutcomeKind>().Where(kind => kind is not OutcomeKind.NoViolation);

    public static IEnumerable<string> Problems(string where, IEnumerable<LadderStep> ladder) => ladder.SelectMany(step => (string[])
    [
        .. step.Count > 0 ? Array.Empty<string>() : [$"{where}: a count is {step.Count}; a whole number above 0 is required."],
        .. Enum.IsDefined(step.Suggests) && step.Suggests is not OutcomeKind.NoViolation
            ? Array.Empty<string>()
            : [$"{where}: {step.Suggests} cannot be suggested; allowed: {string.Join(", ", Suggested)}."],
    ]);
}

/// <summary>Settings <c>Holidays:*</c>: what the table does not know yet (an election day, a temporary holiday), or knows wrongly.</summary>
public sealed class HolidayOptions
{
    public const string Section = "Holidays";

    /// <summary>Dates nobody works on, beside those of the table.</summary>
    public IList<DateOnly> Add { get; set; } = [];

    /// <summary>Dates of the table that are worked on after all.</summary>
    public IList<DateOnly> Remove { get; set; } = [];

    /// <summary>Years whose holidays are all in <see cref="Add"/>: no warning is given for them.</summary>
    public IList<int> Years { get; set; } = [];

    internal IEnumerable<string> Problems() => Add.Intersect(Remove)
        .Select(date => $"{Section}:Add and {Section}:Remove both name {date:yyyy-MM-dd}; one of them is required.")
        .Concat(Years.Where(year => year is < 2000 or > 2100).Select(year => $"{Section}:Years names {year}; allowed: 2000 to 2100."));
}
