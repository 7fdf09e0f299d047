namespace Penalties.Requests;

/// <summary>The case as it stands now.</summary>
public sealed class ReadCase(CaseSteps steps)
{
    [Function(nameof(ReadCase))]
    public Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation) => steps.Read(work.CaseId, cancellation);
}
