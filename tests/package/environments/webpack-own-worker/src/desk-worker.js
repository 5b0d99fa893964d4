import "cin7-quote-desk/worker";
