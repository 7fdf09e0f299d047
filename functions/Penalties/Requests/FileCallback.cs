using Penalties.Managers;

namespace Penalties.Requests;

/// <summary>Files the callback that was asked for on a complaint as a case of its own, to the number on the account.</summary>
public sealed class FileCallback(CaseSteps steps, Callbacks callbacks)
{
    [Function(nameof(FileCallback))]
    public async Task<CaseSnapshot> Run(
        [ActivityTrigger] CaseWork work, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        if (snapshot.Case.Callback is not CallbackState.Wanted)
        {
            return snapshot;
        }

        var callback = await callbacks.File(durable, snapshot.Case, cancellation);
        return await steps.Record(
            nameof(FileCallback), work.CaseId, now => now.Callback is CallbackState.Wanted ? [new CallbackFiled(callback.Id)] : [], cancellation);
    }
}
