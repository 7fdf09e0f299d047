using LocalHost.Sandbox.Faults;
using LocalHost.Sandbox.Nhn;
using Microsoft.AspNetCore.Http;

namespace LocalHost.Sandbox;

/// <summary>Every request to an outside system passes here: it is counted, faults are carried out, refusals are recorded.</summary>
internal sealed class RequestGate(RequestLog log, FaultOrders faults, HeldRequests held, CancellationToken stopping)
{
    /// <summary>Answers with what <paramref name="act"/> says, unless a fault wants it otherwise.</summary>
    public async Task<IResult> Answer(HttpContext http, SandboxSystem system, string operation, Func<IResult> act)
    {
        log.Arrived(system, operation);
        if (await Misbehave(http, system, operation, FaultMoment.Before) is { } instead)
        {
            return instead;
        }

        IResult answer;
        try
        {
            answer = act();
        }
        catch (Exception error)
        {
            log.Refused(system, operation, ErrorAnswers.Status(error), error.Message);
            throw;
        }

        if (answer is Refusal refusal)
        {
            log.Refused(system, operation, refusal.Status, refusal.Reason);
        }

        return await Misbehave(http, system, operation, FaultMoment.After) ?? answer;
    }

    /// <summary>Null: go on as usual.</summary>
    private async Task<IResult?> Misbehave(HttpContext http, SandboxSystem system, string operation, FaultMoment when)
    {
        if (faults.Take(system, operation, when) is not { } fault)
        {
            return null;
        }

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            if (fault.DelayMs > 0)
            {
                await Task.Delay(fault.DelayMs, gone.Token);
            }

            if (fault.Kind == FaultKind.Hold)
            {
                await held.Hold(system, operation, when, gone.Token);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The caller (or the sandbox itself) is gone: nobody can be answered, and a request held before its effect never has it.
            return Dropped(http);
        }

        switch (fault.Kind)
        {
            case FaultKind.Status:
                var reason = $"fault {when.ToString().ToLowerInvariant()} the effect";
                log.Refused(system, operation, fault.Status!.Value, reason);
                return new Refusal(fault.Status.Value, reason, FaultBody(system, operation, fault.Status.Value), SandboxJson.Camel)
                {
                    RetryAfterSeconds = fault.RetryAfterSeconds,
                };
            case FaultKind.Drop:
                return Dropped(http);
            case FaultKind.Hold or FaultKind.Delay:
                return null;
            default:
                throw new InvalidOperationException($"fault kind '{fault.Kind}' is not carried out here");
        }
    }

    private static IResult Dropped(HttpContext http)
    {
        http.Abort();
        return Results.Empty;
    }

    /// <summary>A fault speaks the language of the system it plays.</summary>
    private static object FaultBody(SandboxSystem system, string operation, int status) => system switch
    {
        SandboxSystem.Crm when status == StatusCodes.Status429TooManyRequests =>
            new { error = "APIRateLimitExceeded", description = "Number of allowed API requests per minute exceeded" },
        SandboxSystem.Crm => new { error = "ServiceUnavailable", description = "the service is not available at the moment" },
        SandboxSystem.Board => new { error = "unavailable" },
        SandboxSystem.DriverAdmin => new { type = "about:blank", title = "Not available", status, code = "unavailable" },
        SandboxSystem.Sms when operation is SandboxOperations.NhnSend or SandboxOperations.NhnList => new { header = NhnCodes.Header(NhnCodes.Fault) },
        SandboxSystem.Sms => new { errorCode = "InternalError", errorMessage = "the request could not be handled for the moment" },
    };
}
