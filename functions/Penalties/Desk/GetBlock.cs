namespace Penalties.Desk;

/// <summary>
/// <c>GET /api/penalty-requests/{id}/block?wait=10</c>: for the agent with the customer on the line. Answers as soon as the block is settled, or
/// with <c>Pending</c> after that many seconds (0 to 30, default 0), and the reason where the block cannot be ordered yet. Only <c>Confirmed</c> may
/// be told to the customer. 400, 404.
/// </summary>
public sealed class GetBlock(CaseStore cases, Unknocked unknocked)
{
    private const int LongestWait = 30;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    [Function(nameof(GetBlock))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api("Whether the block may be told to the customer on the line", Answer = typeof(BlockView), Refusals = ["400 invalid_request", "404 unknown_case"])]
    [Query("wait", "Seconds to wait for the result, 0 to 30")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "penalty-requests/{id}/block")] HttpRequest request,
        string id,
        CancellationToken cancellation)
    {
        var seconds = 0;
        if (request.Query["wait"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds > LongestWait))
        {
            return RequestForm.Invalid([$"wait: allowed: 0 to {LongestWait} seconds."]);
        }

        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await cases.Find(id, cancellation) is not { } current)
            {
                return CaseRoutes.NotFound(id);
            }

            if (current.Block is not BlockState.Pending || TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(seconds))
            {
                var isWaiting = current.Block is BlockState.Pending && await unknocked.Has(current.Id, cancellation);
                return new OkObjectResult(
                    new BlockView(current.Id, current.Block, current.BlockToTell is BlockState.Confirmed, isWaiting ? CaseStateView.TaskHubAway : null));
            }

            await Task.Delay(Look, cancellation);
        }
    }
}

/// <param name="MayTellCustomer">Confirmed and still wanted, and only then.</param>
/// <param name="Pending">Why the block is not ordered yet; null where it is, or need not be.</param>
public sealed record BlockView(string Id, BlockState Block, bool MayTellCustomer, string? Pending = null)
{
    public static BlockView Example => new("pr-5k2m8q0v3x7c9d1f", BlockState.Confirmed, MayTellCustomer: true);
}
