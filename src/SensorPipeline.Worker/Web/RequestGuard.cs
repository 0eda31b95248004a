namespace SensorPipeline.Worker.Web;

/// <summary>What every answer to a browser has in common: only for hosts that are meant, and nothing from elsewhere in the page.</summary>
internal sealed class RequestGuard(DashboardOptions options)
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly HashSet<string>? hosts = options.AllowedHosts is { } allowed ? new(allowed, StringComparer.OrdinalIgnoreCase) : null;

    public RequestDelegate Guard(RequestDelegate next) => context =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (hosts is null || hosts.Contains(context.Request.Host.Host))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("This host is not allowed.\n", context.RequestAborted);
    };
}
