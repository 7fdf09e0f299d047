namespace Penalties.Requests;

/// <summary>The first step of a run: enters the case in the lists, the driver's record and the customer's, and gives it back as it stands.</summary>
public sealed class OpenCase(CaseSteps steps, CaseIndex index, CaseDirectory directory)
{
    [Function(nameof(OpenCase))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        await Task.WhenAll(index.Write(snapshot.Case, cancellation), directory.Enter(snapshot.Case, cancellation));
        return snapshot;
    }
}
