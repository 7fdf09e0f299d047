using Microsoft.Azure.Functions.Worker;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>The case as it stands now.</summary>
public sealed class ReadCase(CaseStore cases, Snapshots snapshots)
{
    [Function(nameof(ReadCase))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation) =>
        snapshots.Of(await cases.Read(work.CaseId, cancellation), work.Policy);
}
