using Penalties.Intake;

namespace Penalties.Content;

/// <summary>
/// <c>GET /api/guidance?situation=&amp;stage=&amp;channel=</c>: what an agent may say, in the newest words.
/// <c>GET /api/penalty-requests/{id}/guidance?channel=</c>: only what is true of this case just now, with its dates, and which stage comes next. 400 names
/// what is allowed, 404.
/// </summary>
public sealed class GetGuidance(ProductContent content, CaseStore cases, Snapshots snapshots, IOptions<PrivacyOptions> privacy)
{
    [Function(nameof(GetGuidance))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api("What an agent may say", Answer = typeof(IReadOnlyList<GuidanceView>), Refusals = ["400 invalid_request"])]
    [Query("situation", "feedback, compensation, block-offer …")]
    [Query("stage", "0 to 3")]
    [Query("channel", "phone or chat; without it both")]
    public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "guidance")] HttpRequest request)
    {
        var query = new ListQuery(request.Query);
        int? stage = query.Text("stage") is null ? null : query.Number("stage", 0, 3, fallback: 0);
        var situation = query.Text("situation");
        if (situation is not null)
        {
            query.Problems.AddRange(RequestForm.OneOf("situation", situation, GuidanceRule.Situations));
        }

        var channel = Channel(query);
        return query.Problems.Count > 0
            ? RequestForm.Invalid(query.Problems)
            : new OkObjectResult(content.GuidanceIn(channel)
                .Where(guidance => (situation is null || guidance.Situation == situation) && (stage is null || guidance.Stage == stage))
                .Select(guidance => GuidanceView.Of(guidance, GuidanceSlots.Open(privacy.Value.ContactDays)))
                .ToList());
    }

    [Function(nameof(GetGuidanceForCase))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api("What an agent may say about this case just now", Answer = typeof(CaseGuidanceView), Refusals = ["400 invalid_request", "404 unknown_case"])]
    [Query("channel", "phone or chat; without it both")]
    public async Task<IActionResult> GetGuidanceForCase(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "penalty-requests/{id}/guidance")] HttpRequest request, string id, CancellationToken cancellation)
    {
        var query = new ListQuery(request.Query);
        var channel = Channel(query);
        if (query.Problems.Count > 0)
        {
            return RequestForm.Invalid(query.Problems);
        }

        if (!CaseId.IsWellFormed(id, CaseKind.Penalty) || await cases.Find(id, cancellation) is not { } current)
        {
            return CaseRoutes.NotFound(id);
        }

        var about = snapshots.Of(current);
        var slots = GuidanceSlots.Of(current, snapshots.ToldBy(current, askedWhen: true), Korea.DateOf(about.At), privacy.Value.ContactDays);
        return new OkObjectResult(new CaseGuidanceView(
            id,
            GuidanceRule.NextFeedbackStage(current),
            GuidanceRule.NextCompensationStage(current),
            [.. content.GuidanceIn(channel).Where(guidance => GuidanceRule.Holds(guidance, about)).Select(guidance => GuidanceView.Of(guidance, slots))]));
    }

    private static string? Channel(ListQuery query)
    {
        var channel = query.Text("channel");
        if (channel is not null)
        {
            query.Problems.AddRange(RequestForm.OneOf("channel", channel, Guidance.Channels));
        }

        return channel;
    }
}

/// <param name="NextFeedbackStage">At which the customer asks the next time what became of it; null: no further one.</param>
/// <param name="NextCompensationStage">At which the customer asks the next time for money; null: no further one.</param>
/// <param name="Say">What holds just now; the rest may not be said.</param>
public sealed record CaseGuidanceView(string Id, int? NextFeedbackStage, int? NextCompensationStage, IReadOnlyList<GuidanceView> Say)
{
    public static CaseGuidanceView Example => new("pr-5k2m8q0v3x7c9d1f", 2, 1, [GuidanceView.Example]);
}

/// <param name="Name">With its version, as the activity log keeps it.</param>
/// <param name="Channel">phone or chat; null: both.</param>
/// <param name="Text">Paragraphs separated by blank lines. Slots in braces are filled for one case only.</param>
public sealed record GuidanceView(string Name, string Situation, int Stage, string? Channel, string Title, string Text)
{
    public static GuidanceView Example => new("block-offer@1", "block-offer", 0, null, "차단 제안", "… 고객님과 다시는 만나지 않도록 차단 설정 진행해도 될까요?");

    internal static GuidanceView Of(Guidance guidance, GuidanceSlots slots) => new(
        guidance.Name, guidance.Situation, guidance.Stage, guidance.Channel, guidance.Title, guidance.Fill(slots));
}
