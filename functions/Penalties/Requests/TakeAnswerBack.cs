namespace Penalties.Requests;

/// <summary>Takes a promised answer back from a manager who was asked for it before it was due, where what kept the program from giving it is over.</summary>
public sealed class TakeAnswerBack(CaseSteps steps)
{
    [Function(nameof(TakeAnswerBack))]
    public Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation) => steps.Record(
        nameof(TakeAnswerBack),
        work.CaseId,
        current => steps.StillWants(current, StepKind.TakeAnswerBack) ? [new AnswerTakenBack(current.HandoverReason!.Value)] : [],
        cancellation);
}
