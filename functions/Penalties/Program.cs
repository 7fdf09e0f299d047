using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Penalties;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<StorageFaults>();
builder.UseMiddleware<CallerAccess>();
builder.Services.AddPenalties(builder.Configuration);
builder.Services.AddPenaltyTelemetry(builder.Configuration);
builder.Build().Run();
