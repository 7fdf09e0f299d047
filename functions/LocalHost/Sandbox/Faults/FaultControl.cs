namespace LocalHost.Sandbox.Faults;

/// <summary>Told to all systems: to misbehave, and to stop it.</summary>
internal sealed class FaultControl(FaultOrders faults, HeldRequests held)
{
    private const double UsualWaitSeconds = 30;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/sandbox/faults", async http =>
        {
            var fault = await http.Told<Fault>();
            if (fault.Problems() is { Count: > 0 } problems)
            {
                return ErrorAnswers.Invalid(problems);
            }

            faults.Add(fault);
            return Results.NoContent();
        });
        routes.Delete("/sandbox/faults", _ =>
        {
            faults.Clear();
            return Task.FromResult(Results.NoContent());
        });
        routes.Get("/sandbox/scenario", _ => Task.FromResult(SandboxRouting.Json(faults.Snapshot())));
        routes.Put("/sandbox/scenario", Replace);
        routes.Post("/sandbox/faults/release", _ => Task.FromResult(SandboxRouting.Json(new Released(held.Release()))));
        routes.Get("/sandbox/faults/held", Held);
    }

    private async Task<IResult> Replace(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var (scenario, problems) = ScenarioText.Read(await body.ReadToEndAsync(http.RequestAborted));
        if (scenario is null)
        {
            return ErrorAnswers.Invalid(problems);
        }

        faults.Replace(scenario.Faults);
        return SandboxRouting.Json(faults.Snapshot());
    }

    private async Task<IResult> Held(HttpContext http)
    {
        var system = (string?)http.Request.Query["system"];
        var wait = TimeSpan.FromSeconds(http.Query<double>("waitSeconds") ?? UsualWaitSeconds);
        return SandboxSystems.TryParse(system, out var wanted)
            ? SandboxRouting.Json(await held.WaitFor(wanted, http.Request.Query["operation"], wait, http.RequestAborted))
            : ErrorAnswers.Invalid(SandboxSystems.Unknown(system));
    }
}

/// <param name="Count">How many requests were held and now go on.</param>
internal sealed record Released(int Count);
