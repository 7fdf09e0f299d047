using Penalties.Blocking;

namespace Penalties.Requests;

/// <summary>
/// The first step of a run: enters the case in the lists, the driver's record and the customer's, sees whether its ride should not have been, and gives
/// it back as it stands.
/// </summary>
public sealed class OpenCase(CaseSteps steps, CaseIndex index, CaseDirectory directory, RidesAfterBlocks rides)
{
    [Function(nameof(OpenCase))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        await Task.WhenAll(index.Write(snapshot.Case, cancellation), directory.Enter(snapshot.Case, cancellation));
        if (await rides.Find(snapshot.Case, cancellation) is not { } again)
        {
            return snapshot;
        }

        await rides.HoldBack(durable, again, cancellation);
        return await steps.Record(nameof(OpenCase), work.CaseId, known => RideAfterBlock.Tells(again, known), cancellation);
    }
}
