using Penalties.Intake;

namespace Penalties.Content;

/// <summary><c>GET /api/guidance?stage=&amp;situation=</c>: what an agent may say, in the newest words. 400 names what is allowed.</summary>
public sealed class GetGuidance(ProductContent content, IOptions<PrivacyOptions> privacy)
{
    [Function(nameof(GetGuidance))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api("What an agent may say", Answer = typeof(IReadOnlyList<GuidanceView>), Refusals = ["400 invalid_request"])]
    [Query("situation", "feedback, compensation, block-offer …")]
    [Query("stage", "0 to 3")]
    public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "guidance")] HttpRequest request)
    {
        var query = new ListQuery(request.Query);
        int? stage = query.Text("stage") is null ? null : query.Number("stage", 0, 3, fallback: 0);
        var situation = query.Text("situation");
        var situations = content.Guidance.Select(guidance => guidance.Situation).Distinct().ToList();
        if (situation is not null)
        {
            query.Problems.AddRange(RequestForm.OneOf("situation", situation, situations));
        }

        return query.Problems.Count > 0
            ? RequestForm.Invalid(query.Problems)
            : new OkObjectResult(content.Guidance
                .Where(guidance => (situation is null || guidance.Situation == situation) && (stage is null || guidance.Stage == stage))
                .GroupBy(guidance => (guidance.Situation, guidance.Stage))
                .Select(versions => GuidanceView.Of(versions.MaxBy(guidance => guidance.Version)!, privacy.Value.ContactDays))
                .ToList());
    }
}

/// <param name="Name">With its version, as the activity log keeps it.</param>
/// <param name="Text">Slots in braces are filled for one case only.</param>
public sealed record GuidanceView(string Name, string Situation, int Stage, string Title, string Text)
{
    public static GuidanceView Example => new("block-offer@1", "block-offer", 0, "차단 제안", "…차단해 드릴 수 있는데, 진행해 드릴까요?");

    internal static GuidanceView Of(Guidance guidance, int contactDays) => new(
        guidance.Name, guidance.Situation, guidance.Stage, guidance.Title, guidance.Fill("{접수일}", "{안내일}", contactDays, "{회신방법}"));
}
