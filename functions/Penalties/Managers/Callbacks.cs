namespace Penalties.Managers;

/// <summary>관리자 연락: the callback of a complaint, a case of its own with its own orchestration.</summary>
public sealed class Callbacks(CaseStore cases, ContactStore contacts, CaseStarter starter, IOptions<FollowUpOptions> followUp)
{
    /// <summary>The callback's id; one ticket has one.</summary>
    public static string IdOf(PenaltyCase complaint) => CaseId.Of(complaint.Complaint.Account, complaint.Complaint.Ticket, CaseKind.Callback);

    /// <summary>
    /// Keeps a consent to being phoned on another number. The number is used once the complaint's log says that it was agreed to: of several told
    /// at once, one is.
    /// </summary>
    /// <returns>Where it stands.</returns>
    public async Task<string> KeepConsent(string callbackId, Consent consent, CancellationToken cancellation)
    {
        await contacts.WriteConsent(callbackId, consent, cancellation);
        return ContactStore.ConsentKey(consent);
    }

    /// <summary>Files the callback that a complaint asks for, or opens it again; doing it twice for one asking changes nothing.</summary>
    public async Task<PenaltyCase> File(DurableTaskClient durable, PenaltyCase complaint, CancellationToken cancellation)
    {
        var id = IdOf(complaint);
        var filed = new CaseFiled(id, complaint.Complaint with { Kind = CaseKind.Callback, Unclear = false }, followUp.Value.ToPolicy(), complaint.Id);
        var cause = new Cause(Actor.System, nameof(FileCallback));
        var asking = string.Create(CultureInfo.InvariantCulture, $"asked-{complaint.Id}-{complaint.CallbackAsking}");

        await KeepNumber(complaint, id, cancellation);
        var callback = await cases.File(filed, [], cause, [asking], cancellation)
            ?? (await cases.Change(
                id,
                cause,
                known => known.Callback is CallbackState.Done or CallbackState.Cancelled
                ? [new CallbackWanted(complaint.CallbackCause ?? CallbackCause.SupervisorAsked)]
                : [],
                cancellation,
                [asking])).Case
            ?? throw new InvalidOperationException($"Callback {id} exists and cannot be read.");
        await starter.StartAndKnock(durable, callback);
        return callback;
    }

    /// <summary>The number to be phoned: the one that was last agreed to, or the account's.</summary>
    private async Task KeepNumber(PenaltyCase complaint, string callbackId, CancellationToken cancellation)
    {
        if (await contacts.Find(complaint, cancellation) is { } account)
        {
            var other = complaint.CallbackConsent is { } consent ? await contacts.NumberOf(callbackId, consent, cancellation) : null;
            await contacts.Put(callbackId, account with { Phone = other ?? account.Phone }, cancellation);
        }
    }
}
