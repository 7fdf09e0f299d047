using LocalHost.Sandbox.Faults;

namespace LocalHost.Sandbox;

/// <summary>Every request to an outside system passes here: it is counted, faults are carried out, refusals are recorded.</summary>
internal sealed class RequestGate(RequestLog log, FaultOrders faults, HeldRequests held, CancellationToken stopping)
{
    /// <summary>Answers with what <paramref name="act"/> says, unless a fault wants it otherwise.</summary>
    public async Task<IResult> Answer(HttpContext http, SandboxSystem system, string operation, Func<IResult> act)
    {
        log.Arrived(system, operation);
        if (faults.Take(system, operation, FaultMoment.Before) is { } before && await Misbehave(http, operation, before, Act) is { } instead)
        {
            return instead;
        }

        var answer = Act();
        return faults.Take(system, operation, FaultMoment.After) is { } after
            ? await Misbehave(http, operation, after, () => answer) ?? answer
            : answer;

        IResult Act()
        {
            try
            {
                return Noted(system, operation, act());
            }
            catch (Exception error)
            {
                log.Refused(system, operation, ErrorAnswers.Status(error), error.Message);
                throw;
            }
        }
    }

    /// <summary>Null: go on as usual.</summary>
    private async Task<IResult?> Misbehave(HttpContext http, string operation, Fault fault, Func<IResult> answer)
    {
        var time = TimeSpan.FromMilliseconds(fault.DelayMs);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            if (fault.DelayMs > 0 && fault.Kind != FaultKind.SlowBody)
            {
                await Task.Delay(time, gone.Token);
            }

            if (fault.Kind == FaultKind.Hold)
            {
                await held.Hold(fault.System, operation, fault.When, gone.Token);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The caller (or the sandbox itself) is gone: nobody can be answered, and a request held before its effect never has it.
            return Dropped(http);
        }

        return (fault.Kind, fault.When) switch
        {
            (FaultKind.Status, FaultMoment.Before or FaultMoment.After) => Noted(fault.System, operation, FaultWords.Refusal(fault, operation)),
            (FaultKind.Drop, FaultMoment.Before or FaultMoment.After) => Dropped(http),
            (FaultKind.Hold or FaultKind.Delay, FaultMoment.Before or FaultMoment.After) => null,
            (FaultKind.SlowBody, FaultMoment.Before) => new SlowBodyBeforeEffect(answer, time, stopping),
            (FaultKind.SlowBody, FaultMoment.After) => new SlowBody(answer(), time, stopping),
            (FaultKind.CutBody, FaultMoment.Before) => CutBody.OfNothing,
            (FaultKind.CutBody, FaultMoment.After) => new CutBody(answer()),
            (FaultKind.Garbage, FaultMoment.Before or FaultMoment.After) => Garbage(fault.Body),
        };
    }

    private IResult Noted(SandboxSystem system, string operation, IResult answer)
    {
        if (answer is Refusal refusal)
        {
            log.Refused(system, operation, refusal.Status, refusal.Reason);
        }

        return answer;
    }

    /// <summary>A proxy's page is what comes most often in place of an answer.</summary>
    private static IResult Garbage(string? body) => body is null
        ? Results.Content("<!doctype html><title>Sign in</title><p>Please sign in to go on.</p>", "text/html", Encoding.UTF8)
        : Results.Content(body, "application/json", Encoding.UTF8);

    private static IResult Dropped(HttpContext http)
    {
        http.Abort();
        return Results.Empty;
    }
}
